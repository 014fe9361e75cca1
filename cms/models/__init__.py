from cms.models.files import File
from cms.models.home import RootPage
from cms.models.links import OutsideLink
from cms.models.pictures import Picture, Rendition
from cms.models.text import ContentPage

__all__ = ["ContentPage", "File", "OutsideLink", "Picture", "Rendition", "RootPage"]
