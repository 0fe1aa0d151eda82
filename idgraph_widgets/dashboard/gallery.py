"""Pages of the reports that people show to each other."""

from __future__ import annotations

from datetime import datetime

from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from idgraph_widgets.workspaces.gallery import REPORT, Exhibit, Gallery


class _Handler(JupyterHandler):
    @property
    def gallery(self) -> Gallery:
        """All that is shown here."""
        workspace = self.settings["workspace_of"](self.current_user.username)
        if workspace.gallery is None:
            raise web.HTTPError(404)
        return Gallery(workspace.gallery)

    def found(self, id: str) -> Exhibit:
        """What is shown at an address."""
        shown = self.gallery.find(id)
        if shown is None:
            raise web.HTTPError(404, reason="Nothing is shown at this address any more")
        return shown

    def page(self, **values) -> None:
        """Write a page of the gallery."""
        self.set_header("Cache-Control", "no-store")
        template = self.settings["voila_jinja2_env"].get_template("gallery.html")
        me, xsrf = self.current_user.username, self.xsrf_form_html()
        self.write(template.render(base_url=self.base_url, me=me, xsrf=xsrf, when=_when, **values))


class Index(_Handler):
    """All that is shown."""

    @web.authenticated
    def get(self):
        """List it."""
        self.page(all=self.gallery.all())


class Shown(_Handler):
    """One report, with who shows it and since when."""

    @web.authenticated
    def get(self, id: str):
        """Frame it."""
        self.page(one=self.found(id))


class Document(_Handler):
    """The report itself. Its scripts run apart from the dashboard: they reach neither its cookies nor its pages."""

    @web.authenticated
    def get(self, id: str):
        """Send the file."""
        path = self.gallery.file(self.found(id), REPORT)
        may = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
        self.set_header("Content-Security-Policy", f"sandbox allow-scripts; {may}; frame-ancestors 'self'")
        self.set_header("X-Frame-Options", "SAMEORIGIN")
        self.set_header("Cache-Control", "no-store")
        self.write(path.read_bytes())


class Deed(_Handler):
    """What can be done with one: take its configuration over, or withdraw one's own."""

    @web.authenticated
    def post(self, id: str, deed: str):
        """Do it, and go to where it can be seen."""
        shown, who = self.found(id), self.current_user.username
        if deed == "adopt":
            self.gallery.adopt(shown, self.settings["workspace_of"](who).home)
            self.redirect(self.base_url)
        elif self.gallery.withdraw(id, who):
            self.redirect(f"{self.base_url}shown/")
        else:
            raise web.HTTPError(403, reason=f"Only {shown.who} can withdraw this")


def _when(at: float) -> str:
    return f"{datetime.fromtimestamp(at).astimezone():%b %d, %Y, %H:%M}"
