import { describe } from 'vitest';

import { tellsDossier } from './suite.ts';

describe.each(['simulator-http', 'soap-ihe'] as const)('a dossier over %s', (wire) => tellsDossier(wire));
