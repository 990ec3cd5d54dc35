import type { Server } from 'node:http';
import { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ThrottledLog } from './throttled-log.ts';

/**
 * Logs why clients do not come to ask: HTTP is spoken where TLS is, or TLS where HTTP is, or a handshake fails. Anybody can
 * make it happen, so each cause is said once a minute. What merely hangs up, as probes of a port do, is not worth a line.
 */
export function tellFailedPeers(server: Server, log: ThrottledLog): void {
  const say = (reason: string, socket: Duplex): void => log.say(reason, { event: 'client-failed', reason, peer: peerOf(socket) });
  if (server instanceof TlsServer) {
    server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      const reason = handshakeReason(error.code ?? '');
      if (reason !== undefined) say(reason, socket);
    });
  } else {
    server.on('clientError', (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket) => {
      if (isTlsHello(error.rawPacket)) say(tlsOnHttp, socket);
    });
  }
}

const tlsOnHttp = 'a client speaks TLS to this port, which speaks plain HTTP: ask it by http://, or give it --tls-cert and --tls-key';
const untrusted = 'a client does not trust the certificate of the service: give it the authority that has issued the certificate';
const tooOld = 'a client speaks TLS older than 1.2, which the service does not';

const handshakeReasons: Readonly<Record<string, string>> = {
  ERR_SSL_HTTP_REQUEST: 'a client speaks plain HTTP to this port, which speaks TLS: ask it by https://',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'a client says that the certificate of the service has expired: renew it',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: untrusted,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: untrusted,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: untrusted,
  ERR_SSL_UNSUPPORTED_PROTOCOL: tooOld,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: tooOld,
};

function handshakeReason(code: string): string | undefined {
  if (Object.hasOwn(handshakeReasons, code)) return handshakeReasons[code];
  return code.startsWith('ERR_SSL_') ? `a TLS handshake failed: ${code}` : undefined;
}

/** A record of a handshake. Source: RFC 8446, section 5.1. */
function isTlsHello(bytes: Buffer | undefined): boolean {
  return bytes !== undefined && bytes[0] === 0x16 && bytes[1] === 0x03;
}

function peerOf(socket: Duplex & Pick<Partial<Socket>, 'remoteAddress'>): string | undefined {
  return socket.remoteAddress;
}
