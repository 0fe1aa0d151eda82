"""The studio as a page of its own: a Voilà server with our template."""
