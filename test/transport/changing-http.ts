import type { HttpClient } from '../../src/transport/index.ts';

/** The same client, each of whose envelopes and headers is changed on its way. */
export const changing = (http: HttpClient, change: (envelope: string) => string): HttpClient => ({
  ...http,
  stream: (request) => {
    const body = Buffer.from(change(Buffer.from(request.body as Uint8Array).toString('utf8')), 'utf8');
    const headers = { ...request.headers, 'Content-Type': change(request.headers?.['Content-Type'] ?? '') };
    return http.stream({ ...request, headers, body });
  },
});
