"""The same sites as `crawl_sites`, served by nginx: real sites do not take the crawler's own processor time.

Run as `python benchmarks/crawl_nginx.py HOSTS FOLDER`: writes pages, certificates and `ca.pem` into the folder,
prints the port and the number of the process that serves, and does so until its input ends.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import trustme
from crawl_sites import NAMES_PER_CERTIFICATE, ROBOTS, careers_page, home_page, host_name

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"  # where Debian has it, outside the path of most users
CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    types {{ text/plain txt; }}
    default_type "text/html; charset=utf-8";
    server_names_hash_max_size 16384;
    open_file_cache max=16384;
    keepalive_timeout 75s;
    ssl_protocols TLSv1.2 TLSv1.3;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {servers}
}}
"""
SERVER = """
    server {{
        listen 127.0.0.1:{port} ssl backlog=4096;
        server_name {names};
        ssl_certificate {folder}/{first}.pem;
        ssl_certificate_key {folder}/{first}.key;
        root {folder}/sites/$host;
        index index.html;
    }}
"""


def write_sites(hosts: int, folder: Path) -> None:
    """A folder for each host."""
    for number in range(hosts):
        site = folder / "sites" / host_name(number)
        site.mkdir(parents=True)
        (site / "index.html").write_bytes(home_page(number))
        (site / "careers").write_bytes(careers_page(number))
        (site / "robots.txt").write_bytes(ROBOTS)


def configure(hosts: int, folder: Path, port: int) -> Path:
    """nginx's configuration: a server and a certificate for each group of names."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    servers = []
    for first in range(0, hosts, NAMES_PER_CERTIFICATE):
        names = [host_name(number) for number in range(first, min(first + NAMES_PER_CERTIFICATE, hosts))]
        made = authority.issue_cert(*names)
        made.private_key_pem.write_to_path(str(folder / f"{first}.key"))
        (folder / f"{first}.pem").write_bytes(b"".join(one.bytes() for one in made.cert_chain_pems))
        server = SERVER.format(port=port, names=" ".join(names), folder=folder, first=first)
        servers.append(server.replace(" backlog=4096", "") if first else server)
    path = folder / "nginx.conf"
    path.write_text(CONFIGURATION.format(folder=folder, servers="".join(servers)), encoding="utf-8")
    return path


def main() -> int:
    hosts, folder = int(sys.argv[1]), Path(sys.argv[2])
    folder.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    write_sites(hosts, folder)
    path = configure(hosts, folder, port)
    nginx = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(path)], stdin=subprocess.DEVNULL)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except ConnectionRefusedError:
                if nginx.poll() is not None:
                    return 1
                time.sleep(0.02)
        print(port, nginx.pid, flush=True)
        sys.stdin.read()
    finally:
        nginx.terminate()
        nginx.wait()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
