"""A dataset in a session's catalog: `CatalogStore` fulfils `storage.store.Store` with the session's own statements."""
