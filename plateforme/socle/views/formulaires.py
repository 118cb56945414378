"""Django's form views, which answer 422 when what was typed is refused: scripts and logs see it."""

from django.views import generic


class RefusMixin:
    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class FormView(RefusMixin, generic.FormView):
    pass


class CreateView(RefusMixin, generic.CreateView):
    pass


class UpdateView(RefusMixin, generic.UpdateView):
    pass
