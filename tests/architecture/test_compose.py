"""The containers: docker-compose.yml, Dockerfile and .env.example hold together, and with the code."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from django.core.management import get_commands
from granian.cli import cli as granian

from tests.architecture.messages import ROOT
from tests.services.compose_file import ComposeRefused, read_compose
from tests.services.nginx import TEMPLATE

pytestmark = pytest.mark.unit

COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = (ROOT / "Dockerfile").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
SETTINGS = "".join(file.read_text() for file in (ROOT / "marketplace" / "settings").glob("*.py"))

MUST_BE_FILLED_IN = {
    "DJANGO_SECRET_KEY": "k" * 50,
    "POSTGRES_PASSWORD": "secret",
    "OCOP_HOSTS": "shop.example.org",
    "OCOP_BASE_URL": "https://shop.example.org",
}


def example_variables():
    return dict(line.split("=", 1) for line in EXAMPLE.splitlines() if line and not line.startswith("#"))


def variables_of_settings():
    return set(re.findall(r'\benv\.\w+\(\s*"(\w+)"', SETTINGS))


@pytest.fixture(scope="module")
def project():
    return read_compose(COMPOSE, {**example_variables(), **MUST_BE_FILLED_IN})


# --- docker-compose.yml
@pytest.mark.requires_go
def test_the_specification_allows_it_with_the_example_filled_in(project):
    assert set(project["services"]) == {
        *("nginx", "web", "worker", "prepare", "postgres", "redis", "elasticsearch")
    }


@pytest.mark.requires_go
@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("restart: unless-stopped", "restrat: unless-stopped", "restrat"),
        ("condition: service_healthy", "condition: service_happy", "condition"),
        ("redis:\n        condition", "reddis:\n        condition", "reddis"),
        ("- database:/var", "- databse:/var", "databse"),
        ("networks: [inside]", "networks: [indoors]", "indoors"),
    ],
)
def test_a_broken_file_is_refused(tmp_path, right, wrong, complaint):
    text = COMPOSE.read_text()
    assert right in text
    broken = tmp_path / "docker-compose.yml"
    broken.write_text(text.replace(right, wrong, 1))
    with pytest.raises(ComposeRefused, match=complaint):
        read_compose(broken, {**example_variables(), **MUST_BE_FILLED_IN})


@pytest.mark.requires_go
@pytest.mark.parametrize("name", MUST_BE_FILLED_IN)
def test_what_must_be_filled_in_is_asked_for(name):
    with pytest.raises(ComposeRefused, match=f"required variable {name} is missing"):
        read_compose(COMPOSE, {**example_variables(), **MUST_BE_FILLED_IN, name: ""})


@pytest.mark.requires_go
def test_each_service_that_stays_tells_its_health_and_comes_back(project):
    staying = {name: service for name, service in project["services"].items() if name != "prepare"}
    assert [name for name, service in staying.items() if not service.get("healthcheck", {}).get("test")] == []
    assert {service["restart"] for service in staying.values()} == {"unless-stopped"}


@pytest.mark.requires_go
def test_site_worker_and_preparation_are_one_image_and_see_one_environment(project):
    web, worker, prepare = (project["services"][name] for name in ("web", "worker", "prepare"))
    assert web["image"] == worker["image"] == prepare["image"]
    assert worker["environment"] == prepare["environment"]
    assert worker["environment"].items() <= web["environment"].items()


@pytest.mark.requires_go
def test_only_nginx_is_reached_from_outside(project):
    services = project["services"]
    assert [name for name, service in services.items() if service.get("ports")] == ["nginx"]
    assert project["networks"]["inside"]["internal"]
    for name in ("postgres", "redis", "elasticsearch"):
        assert set(services[name]["networks"]) == {"inside"}


@pytest.mark.requires_go
def test_every_image_of_others_is_pinned(project):
    images = {service["image"] for service in project["services"].values()}
    others = {image for image in images if not image.startswith("ocop-marketplace:")}
    assert len(others) == 4
    assert [image for image in others if not re.search(r":\d+\.\d+(\.\d+)?", image)] == []


@pytest.mark.requires_go
def test_the_volumes_that_hold_data_are_named(project):
    assert set(project["volumes"]) == {"data", "media", "database", "search"}


@pytest.mark.requires_go
def test_the_site_knows_every_variable_that_it_is_given(project):
    known = variables_of_settings()
    given = set(project["services"]["worker"]["environment"])
    assert given - known == set()


@pytest.mark.requires_go
def test_nginx_gets_every_variable_of_its_file_and_the_file(project):
    nginx = project["services"]["nginx"]
    assert set(re.findall(r"\$\{(\w+)\}", TEMPLATE.read_text())) == set(nginx["environment"])
    assert Path(nginx["volumes"][0]["source"]) == TEMPLATE.parent


@pytest.mark.requires_go
def test_containers_run_commands_that_exist(project):
    commands = [project["services"][name]["command"] for name in ("worker", "prepare")]
    assert [command[:2] for command in commands] == [["python", "manage.py"]] * 2
    assert {command[2] for command in commands} <= set(get_commands())


# --- .env.example
def test_the_example_has_every_variable_of_the_file_and_no_other():
    used = re.findall(r"\$\{(\w+)", re.sub(r"(?m)^\s*#.*", "", COMPOSE.read_text()))
    assert set(example_variables()) == set(used)


def test_the_example_explains_every_variable():
    for block in re.split(r"\n\n+", EXAMPLE)[1:]:
        lines = block.strip().splitlines()
        assert lines[0].startswith("#"), lines[0]
    assert {name for name, value in example_variables().items() if not value} == {
        *MUST_BE_FILLED_IN,
        "OCOP_FIELD_KEY",
        "OCOP_STRIPE_KEY",
        "OCOP_STRIPE_WEBHOOK_SECRET",
        "OCOP_TILES_URL",
        "OCOP_TRUSTED_ORIGINS",
        "OCOP_VAPID_PRIVATE_KEY",
    }


# --- Dockerfile
def test_what_the_image_is_built_with_exists():
    run = re.findall(r"python manage\.py (\w+)", DOCKERFILE)
    assert run == ["compile_messages", "build_fonts", "collectstatic"]
    assert set(run) <= set(get_commands())


def test_the_server_knows_its_options():
    words = shlex.split(
        re.search(r"^CMD \[(.*?)\]", DOCKERFILE, re.DOTALL | re.MULTILINE)[1].replace(",", " ")
    )
    known = {option for parameter in granian.params for option in parameter.opts + parameter.secondary_opts}
    assert words[0] == "granian"
    assert [word for word in words if word.startswith("--") and word not in known] == []


def test_the_build_gets_all_of_the_code_and_nothing_private():
    let_in = set(re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    assert let_in == {*packages, "locale", "manage.py", "requirements.txt"}


def test_packages_are_checked_by_hash_and_nobody_is_root():
    assert "pip install --require-hashes -r requirements.txt" in DOCKERFILE
    assert re.search(r"^USER (?!root)\w+", DOCKERFILE, re.MULTILINE)
    assert not re.search(r"^(ENV|ARG).*(KEY|PASSWORD|SECRET)", DOCKERFILE, re.MULTILINE)


# --- docs/running.md
def test_every_variable_is_explained():
    explained = set(re.findall(r"^\| `(\w+)`", (ROOT / "docs" / "running.md").read_text(), re.MULTILINE))
    assert variables_of_settings() - explained == set()
    assert explained - variables_of_settings() == {"DJANGO_SETTINGS_MODULE", "OCOP_ENV_FILE"}
