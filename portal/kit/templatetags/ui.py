"""The components of Atrium: `{% load ui %}`. All of them are to be seen at /ui/ (templates/portal/gallery.html).

Marks
    {% icon "search" %}  {% icon "lock" label="Private" %}           a Lucide name; hidden from speech unless labelled
    {% badge "Running" tone="info" icon="loader" %}                  tones everywhere: neutral ok warn bad info brand
    {% sensitivity asset.sensitivity note="PII" %}                   public internal confidential restricted, else "Not classified"
    {% certification asset.certification %}                          certified candidate deprecated, else "Not certified"
    {% avatar user size="large" %}  {% person user url=user_url %}   initials; person = initials + name, "nobody" for None
    {% when run.created_at missing="never" prefix="updated " %}      relative words, exact title, the person's time zone
    {% stat "Tables" 82 hint="+3 this week" icon="table-2" tone="ok" url=list_url %}
    {% meter 72 "Described" %}  {% meter 5 "Owned" maximum=12 goal=0.5 %}  {% meter 98.2 "Filled" inline=True %}   None = unknown

Frames (block tags)
    {% panel "About" icon="info" id="about" flush=True level=3 link=url link_text="All 12" %}…{% endpanel %}
    {% alert title="Look out" tone="warn" %}…{% endalert %}          info ok warn bad neutral; role="alert" if it appears by itself
    {% empty_state "No runs yet" text="Start one on a source." icon="inbox" %}{% link_button … %}{% endempty_state %}
    {% dialog id="owners" title="Add an owner" %}…{% enddialog %}    opened by {% dialog_button "Add" "owners" kind="primary" icon="plus" %}
    {% menu "More" icon="ellipsis" text=True %}<a href>…</a><button>…</button>{% endmenu %}
    {% tabs "Asset" %}{% tab "Columns" url count=24 %}{% endtabs %}  current = the page's path, or current=True/False
    {% breadcrumbs %}{% crumb "Sources" url %}{% crumb "orders" %}{% endbreadcrumbs %}   put it into the block `breadcrumb`
    {% timeline %}{% entry when=e.at by=e.person icon="pencil" tone="ok" url=e.url %}sentence{% endentry %}{% endtimeline %}
    {% steps "Set-up" %}{% step "Connection" number=1 state="done" url=u word="Tested" %}{% endsteps %}   todo now done problem blocked
    {% facts %}{% fact "Owner" %}…{% endfact %}{% endfacts %}        names and values side by side

Forms
    <form method="post">{% csrf_token %}{% error_summary form %}{% form_fields form %}{% button "Save" kind="primary" %}</form>
    {% field form.name label="…" hint="…" short=True %}
    {% button "Save" kind="primary" icon="check" small=True type="button" hx_post=url hx_target="#x" name="a" value="b" %}
    {% link_button "Edit" url icon="pencil" kind="ghost" %}          kinds: plain primary danger ghost; hide_label=True = icon only
    {% post_button "Follow" url icon="star" hx_post=url hx_target="closest form" hx_swap="outerHTML" confirm="Sure?" %}
    {% listbox groups empty="Nothing found" %}                       answer to a <combo-box>; groups: label, options: label url value hint icon

Lists
    {% table table %}                                                a portal.kit.tables.Table
    {% pagination page_obj target="#results" parameter="page" label="Pages of results" %}
    {% facet facet %}  {% chips chips clear_url="?" target="#results" %}   data of portal.kit.facets, or anything shaped like it

Pictures and texts
    {{ text|markdown }}                                              inside <div class="prose">
    {% sparkline values label="Queries a day" %}
    {% bar_chart rows label="Tables by schema" unit=" MB" %}  {% histogram bins label="Rows a day" %}   rows: (name, value[, tone])
    {% text_diff before after %}  {% value_diff before_dict after_dict %}
    {% job_progress run url=fragment_url %}                          polls the url every 2 s until the run is finished

A suggestion box: <combo-box><input name="owner" hx-get="…" hx-trigger="input changed delay:150ms" hx-target="next .listbox">
<div class="listbox" hidden></div></combo-box>; the answer is a template with {% listbox groups %}. An option with `url` is gone to,
one with `value` fills the input (and the hidden input `data-value-for` names, if any).
Plain classes: stack row grid(narrow|wide) with-aside with-facets push grow card list result table(num tight) muted small mono hint sr
"""  # noqa: E501 - examples stay on one line to be copied

from django import template

from portal.kit.components import fields, frames, lists, marks, pictures

register = template.Library()

for part in (marks, frames, fields, lists, pictures):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)
