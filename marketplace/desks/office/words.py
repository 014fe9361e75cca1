"""The office's desk: words that no listing may have, or that the office wants to see first."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from catalog.models import BannedWord
from marketplace.core import activity
from marketplace.core.text import fold, nfc
from marketplace.desks.office.access import for_office

UNPROCESSABLE = 422


class WordForm(forms.ModelForm):
    class Meta:
        model = BannedWord
        fields = ["word", "rule", "note"]
        widgets = {"rule": forms.RadioSelect}

    def clean_word(self) -> str:
        word = nfc(self.cleaned_data["word"]).casefold()
        if not fold(word):
            raise forms.ValidationError(_("A word has letters or digits."), code="empty")
        return word


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@for_office
def index(request: HttpRequest) -> HttpResponse:
    """All words; a post adds one."""
    form = WordForm(request.POST or None, initial={"rule": BannedWord.Rule.MARKED})
    if request.method == "POST" and form.is_valid():
        word = form.save()
        activity.record("banned_word.added", word, actor=request.user, word=word.word, rule=word.rule)
        messages.success(request, _("“%(word)s” is on the list.") % {"word": word.word})
        return redirect("office_desk:words")
    context = {"words": list(BannedWord.objects.all()), "form": form}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "desks/office/words.html", context, status=status)


@require_POST
@never_cache
@for_office
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a word from the list."""
    word = get_object_or_404(BannedWord, pk=pk)
    activity.record("banned_word.removed", word, actor=request.user, word=word.word)
    word.delete()
    messages.success(request, _("“%(word)s” is off the list.") % {"word": word.word})
    return redirect("office_desk:words")
