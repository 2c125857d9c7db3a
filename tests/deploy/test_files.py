"""The files of the service: units that systemd takes, proxies whose logs hold no secret."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey_app.cli import main
from survey_app.cli.deploying import FILES
from survey_app.cli.main import COMMANDS
from survey_app.config.running import read_running
from survey_app.web import metrics
from survey_app.web.application import LARGEST_REQUEST

UNITS = sorted(path.name for path in FILES.glob("redogor*.service"))
SECRET = ("ballots", "invitations", "resets")
MOST_EXPOSED = 3.0


def _text(name: str) -> str:
    return (FILES / name).read_text(encoding="utf-8")


def test_the_command_writes_them_once(tmp_path: Path) -> None:
    for said in ("redogor.service", "finns redan"):
        result = CliRunner().invoke(main, ["deploy-files", str(tmp_path / "out")])
        assert result.exit_code == 0
        assert said in result.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        path.name for path in FILES.iterdir()
    }


@pytest.mark.parametrize("unit", UNITS)
def test_units_call_commands_that_there_are(unit: str) -> None:
    [command] = re.findall(r"^ExecStart=\S+/survey-app (\S+)", _text(unit), re.MULTILINE)
    assert command in COMMANDS
    assert "User=redogor" in _text(unit)


def test_systemd_takes_the_units_and_finds_them_closed(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed here")
    for path in FILES.glob("redogor*.[st]*"):
        # The program stands elsewhere here, and there is no such user.
        text = _text(path.name).replace("/opt/redogor/bin/survey-app", sys.executable)
        (tmp_path / path.name).write_text(re.sub(r"^(User|Group)=.*\n", "", text, flags=re.M))
    units = sorted(str(path) for path in tmp_path.iterdir())
    assert len(units) == 5
    verified = _run("systemd-analyze", "verify", "--man=no", *units)
    assert verified.returncode == 0, verified.stderr
    assert "redogor" not in verified.stderr
    for unit in UNITS:
        asked = _run(
            "systemd-analyze", "security", "--offline=true", "--no-pager", str(FILES / unit)
        )
        found = re.search(r"exposure level for \S+: ([\d.]+)", asked.stdout + asked.stderr)
        assert found, asked.stdout + asked.stderr
        assert float(found[1]) < MOST_EXPOSED, unit


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_there_is_time_to_stop_in_order() -> None:
    [patience] = re.findall(r"^TimeoutStopSec=(\d+)", _text("redogor.service"), re.MULTILINE)
    assert int(patience) > read_running({}, quick=False).drain_seconds + 30


def test_nothing_starts_where_something_is_wrong() -> None:
    """First what is behind is brought up, then all is looked at: see ``test_upgrading``."""
    lines = re.findall(r"^(ExecStart(?:Pre)?)=\S+/survey-app (.+)", _text("redogor.service"), re.M)
    assert lines == [("ExecStartPre", "migrate"), ("ExecStartPre", "doctor --quick"),
                     ("ExecStart", "run --port 5000")]  # fmt: skip


def test_proxies_tell_what_the_product_believes_and_log_no_secret() -> None:
    nginx, caddy = _text("nginx.conf"), _text("Caddyfile")
    for name in ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Request-ID"):
        assert f"proxy_set_header {name} " in nginx
    assert "client_max_body_size 27m" in nginx
    assert "max_size 27MB" in caddy
    assert LARGEST_REQUEST == 27 * 1024 * 1024
    logged = re.findall(r"log_format[^;]+;", nginx)[0]
    assert not re.search(r"\$(request|request_uri|args|http_\w+)\b", logged)
    location = re.findall(r"location ~ \^/\(ballots[^}]+}", nginx)[0]
    assert "access_log off" in location
    for name in SECRET:
        assert name in location
        assert f"/{name}/*" in re.findall(r"@secret path .*", caddy)[0]
    for name in ("metrics", "healthz", "readyz"):
        assert f"/{name}" in re.findall(r"@inside path .*", caddy)[0]
        assert name in re.findall(r"location ~ \^/\(metrics[^}]+return 404", nginx)[0]


def test_proxies_take_nothing_but_tls_of_today() -> None:
    """ASVS 5.0, 4.1.2 and 12.1: programs are told that they came without, people are led on."""
    nginx, caddy = _text("nginx.conf"), _text("Caddyfile")
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in nginx
    assert "protocols tls1.2 tls1.3" in caddy
    [ciphers] = re.findall(r"ssl_ciphers (\S+);", nginx)
    assert all(re.fullmatch(r"ECDHE-\w+-(AES\d+-GCM-SHA\d+|CHACHA20-POLY1305)", name)
               for name in ciphers.split(":"))  # fmt: skip
    plain = nginx.partition("listen 80;")[2].partition("\nserver {")[0]
    assert "return 301 https://" in plain
    assert re.search(r"location /api/ \{\s+return 403;", plain)
    plain = caddy.partition("http://redogor.region.example {")[2].partition("\n}")[0]
    assert plain.index("@program 403") < plain.index("redir https://")


@pytest.mark.parametrize("program", ["caddy", "nginx"])
def test_their_own_programs_take_them(program: str, tmp_path: Path) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed here")
    judged = _caddy() if program == "caddy" else _nginx(tmp_path)
    assert judged.returncode == 0, judged.stderr


def _caddy() -> subprocess.CompletedProcess[str]:
    """As it is, but without certificates, which validating would ask for."""
    return _run("caddy", "adapt", "--adapter", "caddyfile", "--config", str(FILES / "Caddyfile"))


def _nginx(folder: Path) -> subprocess.CompletedProcess[str]:
    """Inside a whole configuration, with a certificate and a log that are there."""
    certificate, key = folder / "fullchain.pem", folder / "key.pem"
    made = _run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x",
                "-keyout", str(key), "-out", str(certificate))  # fmt: skip
    assert made.returncode == 0, made.stderr
    text = _text("nginx.conf").replace("/etc/ssl/redogor", str(folder))
    kept = "".join(f"{name}_temp_path {folder}/{name};\n"
                   for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))  # fmt: skip
    whole = folder / "nginx.conf"
    whole.write_text(f"pid {folder}/pid;\nevents {{}}\nhttp {{\n{kept}"
                     f"{text.replace('/var/log/nginx', str(folder))}\n}}\n")  # fmt: skip
    return _run("nginx", "-t", "-p", str(folder), "-c", str(whole), "-e", str(folder / "error"))


def test_alerts_name_figures_that_there_are() -> None:
    rules = re.findall(r"^ +expr: (.+)", _text("prometheus-alerts.yml"), re.MULTILINE)
    there = {f"redogor_{name}" for name in metrics._HELP} | {
        "redogor_requests_total", "redogor_request_seconds_bucket",
        "redogor_security_entries_total"}  # fmt: skip
    named = {name for rule in rules for name in re.findall(r"redogor_\w+", rule)}
    assert len(rules) >= 6
    assert named <= there


def test_the_container_runs_as_nobody_in_particular_and_knows_its_health() -> None:
    text = _text("Containerfile")
    assert text.index("USER 10001") < text.index("ENTRYPOINT")
    assert "/healthz" in text
    [command] = re.findall(r'^CMD \["(\w[\w-]*)"', text, re.MULTILINE)
    assert command in COMMANDS
