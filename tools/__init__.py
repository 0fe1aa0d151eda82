"""What makes and tries the pages, the pictures and the packages that users get."""
