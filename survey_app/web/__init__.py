"""Pages, forms and the API. The only room that knows Flask; it commits once a request."""
