// Small drawings as SVG: boxes and arrows at given places, narrow enough for a phone. No layout is
// computed: who describes a drawing says where things stand.

const tones = {
  plain: { fill: '#eef3fa', stroke: '#1d4f91' },
  good: { fill: '#e7f5ea', stroke: '#1c6b33' },
  bad: { fill: '#fdecea', stroke: '#a4261b' },
  wait: { fill: '#fff6dd', stroke: '#7a5a00' },
};

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const lineHeight = 16;

function box({ x, y, width = 120, height, lines, tone = 'plain', code = true }) {
  const tall = height ?? 14 + lines.length * lineHeight;
  const { fill, stroke } = tones[tone];
  const texts = lines.map((line, index) => {
    const style = index === 0 ? `class="${code ? 'name' : 'title'}"` : 'class="say"';
    const base = y + (index - (lines.length - 1) / 2) * lineHeight + 4.5;
    return `<text x="${x}" y="${base}" text-anchor="middle" ${style}>${escaped(line)}</text>`;
  });
  const frame = `<rect x="${x - width / 2}" y="${y - tall / 2}" width="${width}" height="${tall}" rx="7" fill="${fill}" stroke="${stroke}"/>`;
  return [frame, ...texts].join('\n  ');
}

function arrow({ points, label, at, dashed = false }) {
  const path = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join(' ');
  const dash = dashed ? ' stroke-dasharray="5 4"' : '';
  const line = `<path d="${path}" fill="none" stroke="#333" stroke-width="1.4" marker-end="url(#tip)"${dash}/>`;
  if (!label) return line;
  const [x, y, anchor = 'middle'] = at;
  return `${line}\n  <text x="${x}" y="${y}" text-anchor="${anchor}" class="say halo">${escaped(label)}</text>`;
}

/**
 * One drawing.
 *
 * @param {{ title: string, width: number, height: number, boxes: readonly object[], arrows: readonly object[],
 *   notes?: readonly { x: number, y: number, text: string }[] }} drawing
 */
export function svg({ title, width, height, boxes, arrows, notes = [] }) {
  const said = notes.map(({ x, y, text }) => `<text x="${x}" y="${y}" class="say">${escaped(text)}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
  <title>${escaped(title)}</title>
  <style>
    text { font-family: system-ui, "DejaVu Sans", sans-serif; fill: #111; }
    .name { font: 600 13px ui-monospace, "DejaVu Sans Mono", monospace; }
    .title { font-size: 13px; font-weight: 600; }
    .say { font-size: 11.5px; }
    .halo { paint-order: stroke; stroke: #fff; stroke-width: 4px; }
  </style>
  <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#333"/></marker></defs>
  <rect width="${width}" height="${height}" rx="8" fill="#fff"/>
  ${[...arrows.map(arrow), ...boxes.map(box), ...said].join('\n  ')}
</svg>
`;
}
