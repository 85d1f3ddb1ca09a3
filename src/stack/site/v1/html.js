// HTML that cannot be broken by what people type: html`<p>${text}</p>` escapes every value,
// except those that an html`` tag has made.

class Html {
  constructor(text) {
    this.text = text;
  }
  toString() {
    return this.text;
  }
}

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escapeText = text => text.replace(/[&<>"']/g, character => entities[character]);

const render = value => {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(render).join('');
  return value === undefined || value === null || value === false ? '' : escapeText(String(value));
};

/** In attributes, values must stand between quotation marks. */
export const html = (strings, ...values) => new Html(String.raw({ raw: strings }, ...values.map(render)));
