import { main } from './service.mjs';

void main();
