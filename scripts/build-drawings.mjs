// Writes the drawings of the guides into docs/media.
import { writeFileSync } from 'node:fs';
import { drawings } from './docs-site/drawings.mjs';

for (const [name, content] of Object.entries(drawings)) writeFileSync(`docs/media/${name}.svg`, content);
