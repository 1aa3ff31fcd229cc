import type { ReadElement } from '../../../internal/xml/index.ts';

/** The one assertion of a text. */
export interface Located {
  /** The whole text as it came, decoded. */
  readonly source: string;
  readonly assertion: ReadElement;
  readonly id: string;
  readonly path: string;
  /** Declarations in scope around it. */
  readonly inherited: ReadonlyMap<string, string>;
}
