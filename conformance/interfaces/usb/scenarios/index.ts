import type { Scenario } from '../../../run/scenario.ts';
import busReset from './bus-reset.ts';
import connection from './connection.ts';
import download from './download.ts';
import erase from './erase.ts';
import leave from './leave.ts';
import options from './options.ts';
import protection from './protection.ts';
import requests from './requests.ts';
import upload from './upload.ts';

/** Every scenario of AN3156 in the order of its sections. */
export const dfuScenarios: readonly Scenario[] = [
  ...connection,
  ...busReset,
  ...requests,
  ...upload,
  ...download,
  ...options,
  ...erase,
  ...protection,
  ...leave,
];
