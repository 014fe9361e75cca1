from cms.models.contact import ContactPage, Enquiry, EnquiryEvent
from cms.models.events import EventIndex
from cms.models.files import File
from cms.models.home import HomePage
from cms.models.legal import LegalPage
from cms.models.library import LibraryPage, Paper
from cms.models.links import OutsideLink
from cms.models.news import Article, NewsIndex
from cms.models.newsletter import Delivery, Issue, NewsletterPage
from cms.models.pictures import Picture, Rendition
from cms.models.publications import PrintRun, PublicationIndex, PublicationPage
from cms.models.stories import StoryIndex
from cms.models.text import ContentPage
from cms.models.villages import VillageIndex, VillagePage

__all__ = [
    "Article",
    "ContactPage",
    "ContentPage",
    "Delivery",
    "Enquiry",
    "EnquiryEvent",
    "EventIndex",
    "File",
    "HomePage",
    "Issue",
    "LegalPage",
    "LibraryPage",
    "NewsIndex",
    "NewsletterPage",
    "OutsideLink",
    "Paper",
    "Picture",
    "PrintRun",
    "PublicationIndex",
    "PublicationPage",
    "Rendition",
    "StoryIndex",
    "VillageIndex",
    "VillagePage",
]
