from django.urls import path

from marketplace.desks.system import views

app_name = "system_desk"
urlpatterns = [
    path("tac-vu/", views.tasks, name="tasks"),
    path("tac-vu/thu-lai/", views.retry_all, name="retry-all"),
    path("tac-vu/<uuid:pk>/thu-lai/", views.retry, name="retry"),
]
