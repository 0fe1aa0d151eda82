"""A dataset in a folder: `FolderStore` fulfils `storage.store.Store` with Delta tables, a journal and the manifest."""
