app_name = "stalls"
urlpatterns = []
