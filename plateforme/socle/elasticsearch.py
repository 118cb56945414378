"""Wagtail's Elasticsearch, which writes to the index that `update_index` made and makes none itself."""

from wagtail.search.backends import elasticsearch8


class Index(elasticsearch8.Elasticsearch8Index):
    def add_item(self, item):
        # Where there is none the server would make one, without the analysis nor the older rows, and find
        # nothing in it without failing: the database would not be asked. Only `update_index` leaves an alias.
        if self.is_alias():
            super().add_item(item)


class SearchBackend(elasticsearch8.Elasticsearch8SearchBackend):
    index_class = Index
