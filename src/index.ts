export type { ForecastAccuracy, ForecastBehind, ForecastStatus } from './model/accuracy.ts';
export { type ErrorCode, errorCodes, ForeloadError } from './model/errors.ts';
export type { Notice } from './model/notice.ts';
export type { Prediction } from './model/prediction.ts';
export type { BudgetReason, Found, Lane, Outcome, PressureLevel, TurnedAway, UnloadReason } from './model/reason.ts';
export type { ForecastModel } from './predict/onnx/forecast-model.ts';
export type { Predictor } from './predict/predictor.ts';
export { WasteTarget } from './residency/waste-target.ts';
export type { Command } from './runtime/command.ts';
export type {
  AdaptiveBudget,
  ComponentConfig,
  ForeloadConfig,
  LoadContext,
  LoadedBy,
  Loader,
  StoreConfig,
} from './runtime/config.ts';
export { createForeload, type Foreload, type ForeloadStatus } from './runtime/foreload.ts';
export type { Lease } from './runtime/lease.ts';
export type { WorkerPort } from './runtime/ports.ts';
export type { StoreStatus } from './runtime/history-keeper.ts';
export type { Reloaded } from './runtime/reload.ts';
export type { ForeloadEvents } from './runtime/notice-board.ts';
