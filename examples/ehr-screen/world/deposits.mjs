// What the practice deposited since the start, and every state that each deposit went through.

/** The outbox tells each change; the page asks for what is known. */
export class Deposits {
  #byId = new Map();
  #early = new Map();

  /** What the page knows a deposit by, before and after its first change. */
  add(receipt, parts) {
    const states = this.#early.get(receipt.uniqueId) ?? [];
    this.#early.delete(receipt.uniqueId);
    this.#byId.set(receipt.uniqueId, { ...parts, states, receipt });
    this.changed(receipt);
  }

  /** `onChange` of the outbox: it may come before the deposit has returned. */
  changed(receipt) {
    const kept = this.#byId.get(receipt.uniqueId);
    const states = kept?.states ?? this.#early.get(receipt.uniqueId) ?? [];
    if (!states.includes(receipt.state)) states.push(receipt.state);
    if (kept) Object.assign(kept, { states, receipt: newer(kept.receipt, receipt) });
    else this.#early.set(receipt.uniqueId, states);
  }

  /** Those of one patient, the last first. */
  of(key) {
    return [...this.#byId.values()].filter((deposit) => deposit.key === key).reverse();
  }
}

/** A receipt that was read earlier may be told later. */
function newer(kept, told) {
  return (told.evidence?.length ?? 0) >= (kept.evidence?.length ?? 0) ? told : kept;
}
