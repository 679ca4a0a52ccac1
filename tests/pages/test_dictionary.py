"""The pages of the dictionary: everybody looks, stewards keep."""

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from access.people.models import User
from catalog.search.dictionary.actions import add_defaults
from catalog.search.models import Equivalence
from tests.factories.dictionary import make_entry, make_removed_entry

SignedIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
LIST = "/search/dictionary/"
ENTRY = {"kind": "abbreviation", "short": "cust", "long": "customer", "note": "", "seen": ""}


def shown(client: Client, url: str = LIST) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_everybody_looks_and_only_stewards_are_offered_more(outsider: User, steward: User, signed_in: SignedIn) -> None:
    entry = make_entry()
    page = shown(signed_in(outsider))
    assert "customer" in page
    assert f"{LIST}{entry.pk}/" not in page
    assert f"{LIST}new/" not in page
    assert f'href="{LIST}{entry.pk}/"' in shown(signed_in(steward))


@pytest.mark.parametrize("path", ["new/", "fill/", "import/", "import/add/", "{entry}/", "{entry}/remove/"])
def test_others_keep_nothing(path: str, analyst: User, signed_in: SignedIn) -> None:
    entry = make_entry()
    response = signed_in(analyst).post(LIST + path.format(entry=entry.pk), ENTRY | {"long": "custom"})
    assert response.status_code == 403
    assert [str(each) for each in Equivalence.objects.all()] == ["cust = customer"]


def test_list_is_narrowed_by_word_and_kind(analyst: User, signed_in: SignedIn) -> None:
    make_entry()
    make_entry("client", "customer", kind="synonym")
    make_entry("dob", "date of birth")
    client = signed_in(analyst)
    assert cells(shown(client, f"{LIST}?q=CUSTOM")) == ["client", "cust"]
    assert cells(shown(client, f"{LIST}?q=custom&kind=synonym")) == ["client"]
    assert cells(shown(client, f"{LIST}?kind=abbreviation")) == ["cust", "dob"]
    assert cells(shown(client, f"{LIST}?kind=nonsense&q=%00")) == ["client", "cust", "dob"]


def cells(page: str) -> list[str]:
    """Return the first cell of each row."""
    return re.findall(r"<tr><td[^>]*>(?:<a[^>]*>)?([^<]+)", page)


def test_an_entry_is_added_changed_removed_and_put_back(steward: User, signed_in: SignedIn) -> None:
    client = signed_in(steward)
    assert client.post(f"{LIST}new/", ENTRY).headers["Location"] == LIST
    entry = Equivalence.objects.get()
    url = f"{LIST}{entry.pk}/"
    page = shown(client, url)
    assert "added cust = customer" in page
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen
    assert client.post(url, ENTRY | {"long": "client", "seen": seen[1]}).status_code == 302
    stale = client.post(url, ENTRY | {"long": "custom", "seen": seen[1]})
    assert stale.status_code == 422
    assert "Stella Ward changed this entry in the meantime" in stale.content.decode()
    removed = client.post(f"{url}remove/")
    assert not Equivalence.objects.exists()
    page = shown(client, removed.headers["Location"])
    assert "cust = client is no longer in the dictionary" in page
    undo = re.search(r'action="([^"]+/restore/)"', page)
    assert undo
    assert client.post(undo[1]).headers["Location"] == LIST
    assert Equivalence.objects.get().long == "client"
    assert client.post(undo[1]).status_code == 409


def test_wrong_entries_are_refused_at_their_field(steward: User, signed_in: SignedIn) -> None:
    make_entry()
    client = signed_in(steward)
    twice = client.post(f"{LIST}new/", ENTRY | {"short": "CUSTOMER", "long": "Cust"})
    assert twice.status_code == 422
    assert 'id="id_long_error"' in twice.content.decode()
    assert client.post(f"{LIST}new/", ENTRY | {"short": "$$"}).content.decode().count('id="id_short_error"') == 1
    assert Equivalence.objects.count() == 1


def test_a_query_is_explained(analyst: User, signed_in: SignedIn) -> None:
    add_defaults()
    page = shown(signed_in(analyst), f"{LIST}?query=custAcctNo+date+of+birth+OR+-old+owner:me+updated:soon")
    assert "customer account number" in page
    assert "dob" in page
    assert "must not be there" in page
    assert "“soon” is nothing that “updated:” takes." in page
    assert "Nothing in it can be looked for." in shown(signed_in(analyst), f"{LIST}?query=$$$")


def test_common_abbreviations_are_offered_once(steward: User, signed_in: SignedIn) -> None:
    client = signed_in(steward)
    assert "have never been in this dictionary" in shown(client)
    client.post(f"{LIST}fill/")
    assert Equivalence.objects.count() > 150
    page = shown(client)
    assert "have never been in this dictionary" not in page
    assert len(page) < 40_000


def test_a_file_is_looked_at_then_added(steward: User, signed_in: SignedIn) -> None:
    client = signed_in(steward)
    text = "short,long,kind\ncust,customer,\nclient,customer,synonym\n"
    page = client.post(f"{LIST}import/", {"file": SimpleUploadedFile("d.csv", text.encode())}).content.decode()
    assert "2 to add, 0 here already, 0 wrong." in page
    assert not Equivalence.objects.exists()
    assert client.post(f"{LIST}import/add/").headers["Location"] == LIST
    assert Equivalence.objects.count() == 2
    again = client.post(f"{LIST}import/add/")
    assert again.headers["Location"] == f"{LIST}import/"
    assert Equivalence.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"short,long\nx,x\n", "This is the same as its other side."),
        (b"a,b\n1,2\n", "must name the columns short and long"),
        ("short,long\né,x\n".encode("latin-1"), "The file is not in UTF-8."),
        (b"", "The submitted file is empty."),
    ],
)
def test_wrong_files_are_told(content: bytes, told: str, steward: User, signed_in: SignedIn) -> None:
    client = signed_in(steward)
    page = client.post(f"{LIST}import/", {"file": SimpleUploadedFile("d.csv", content)}).content.decode()
    assert told in page
    assert "Add them" not in page
    assert not Equivalence.objects.exists()


def test_what_is_exported_can_be_imported(steward: User, signed_in: SignedIn) -> None:
    client = signed_in(steward)
    make_entry("cust", "customer", note="=1+1")
    make_entry("client", "customer", kind="synonym")
    exported = b"".join(client.get(f"{LIST}?format=csv"))
    Equivalence.objects.all().delete()
    client.post(f"{LIST}import/", {"file": SimpleUploadedFile("d.csv", exported)})
    client.post(f"{LIST}import/add/")
    rows = set(Equivalence.objects.values_list("kind", "short", "long", "note"))
    assert rows == {("abbreviation", "cust", "customer", "=1+1"), ("synonym", "client", "customer", "")}


def test_only_removed_entries_are_put_back(steward: User, signed_in: SignedIn) -> None:
    number = make_removed_entry()
    client = signed_in(steward)
    assert client.post(f"{LIST}removed/{number - 1}/restore/").status_code == 404
    assert client.post(f"{LIST}removed/{number}/restore/").status_code == 302
    assert Equivalence.objects.get().short == "dob"


def test_the_form_of_a_search_leads_to_its_results(analyst: User, signed_in: SignedIn) -> None:
    asked = {"b-words": "customer", "b-without": "old", "b-type": "view", "b-history": "5", "b-updated": "soon"}
    response = signed_in(analyst).get("/search/build/", asked | {"source": "3", "q": "before", "page": "2"})
    assert response.headers["Location"] == "/search/?q=customer+-old+type%3Aview+history%3A%3E%3D5y&source=3"
    assert signed_in(analyst).get("/search/build/").headers["Location"] == "/search/?"
