import type { PlatformDescriptor } from '../descriptor/model.ts';
import type { TerrESanteConfig } from './model.ts';

/** A configuration comes from a host's tables: nothing about its shape is sure. */
export class LooseConfig {
  readonly #root: unknown;
  readonly descriptor: PlatformDescriptor;
  /** The production descriptor, whose hosts and mailbox no simulator may reach. */
  readonly production: PlatformDescriptor;

  constructor(config: TerrESanteConfig, descriptor: PlatformDescriptor, production: PlatformDescriptor) {
    this.#root = config;
    this.descriptor = descriptor;
    this.production = production;
  }

  /** The whole configuration, whatever it is. */
  get whole(): unknown {
    return this.#root;
  }

  value(path: string): unknown {
    let current: unknown = this.#root;
    for (const name of path.split('.')) {
      if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return undefined;
      current = (current as Record<string, unknown>)[name];
    }
    return current;
  }

  /** The text at that path, trimmed; empty when absent, blank or no text. */
  text(path: string): string {
    const value = this.value(path);
    return typeof value === 'string' ? value.trim() : '';
  }

  flag(path: string): boolean {
    return this.value(path) === true;
  }

  get inProduction(): boolean {
    return this.value('environment') === 'production';
  }
}
