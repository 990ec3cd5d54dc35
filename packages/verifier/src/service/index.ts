export { formatLine, type LogEntry, type LogValue } from './logs/log-line.ts';
export {
  defaultServiceLimits,
  type ServiceAccess,
  type ServiceLimits,
  type ServiceOptions,
  type StartServiceOptions,
} from './service-options.ts';
export { type ListenAddress, type RunningService, startService } from './start-service.ts';
