/** What passes at once, but while it is stalled. */
export interface Gate {
  /** Settles once the gate is open. */
  pass(): Promise<void>;
  /** Shuts the gate; what it gives opens it. */
  readonly stall: () => () => void;
}

export function createGate(): Gate {
  let shut: Promise<void> | null = null;
  return {
    pass: async () => {
      await shut;
    },
    stall: () => {
      let open = (): void => undefined;
      shut = new Promise((resolve) => {
        open = () => resolve();
      });
      return () => {
        open();
        shut = null;
      };
    },
  };
}
