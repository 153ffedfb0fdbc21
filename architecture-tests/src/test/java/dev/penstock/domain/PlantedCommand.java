// SPDX-License-Identifier: Apache-2.0
package dev.penstock.domain;

import picocli.CommandLine;

/** Breaks a border on purpose: the command line's library outside the app. */
record PlantedCommand(CommandLine command) {}
