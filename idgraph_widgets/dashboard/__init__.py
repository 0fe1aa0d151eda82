"""The studio as a web page, for one person or many: who asks, what is theirs, and what may be said to a kernel.

How it works. A visitor's page is Voilà's, behind it a kernel with a `Studio`. Five things stand between people:

- **Who** (`who`, `people`). On loopback there is one local user. Elsewhere the operator chooses one of Jupyter Server's
  identity providers: a token with a name, the header of a proxy that is named by its address, or JupyterHub's.
- **Workspaces** (`idgraph_widgets.workspaces`). A person has a folder: ``studio`` (session, runs) and ``datasets``,
  below which everything lies that a text field names. Kernels are warm before anybody comes; when somebody does, the
  server writes their workspace on the kernel's seat, a file for which the kernel waits. A browser has no part in it.
- **Kernels** (`kernels`). One belongs to the person whose page it serves, as long as it lives: an authorizer asks for
  that whenever an id is named, over HTTP or a websocket. Over that line goes what widgets say, and nothing else.
- **The queue** (`dispatch`, `idgraph_widgets.workspaces.queue`). Kernels put runs into a database of SQLite; the server
  starts them, in processes that outlive it, and knows them again when it begins anew. A run that is a job of a
  Databricks workspace is submitted and followed by such a process, which alone gets the server's secrets.
- **The server** (`server`, `app`, `handlers`, `download`, `gallery`, `settings`). Voilà without what the page does not
  need, with the headers that browsers want, and with the operator's settings from a file of TOML and the command line.

Everything that must outlive a kernel, or the server, is a file: sessions and runs in workspaces, the queue, shown
reports, tokens (their hashes) and what cookies are signed with beside them. Where the disk does not last, sessions and
runs are kept in a volume (`volume`).
"""
