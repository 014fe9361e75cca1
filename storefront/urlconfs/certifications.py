app_name = "certifications"
urlpatterns = []
