import { connect } from './connect/index.ts';
import { riverty } from './riverty/index.ts';
import type { Dialect } from './route.ts';
import { valomnia } from './valomnia/index.ts';
import { worldline } from './worldline/index.ts';

/** The documented APIs, in the order in which their paths are looked at. */
export const dialects: readonly Dialect[] = [valomnia, riverty, connect, worldline];
