app_name = "producer_desk"
urlpatterns = []
