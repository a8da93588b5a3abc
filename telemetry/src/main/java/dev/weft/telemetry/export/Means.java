package dev.weft.telemetry.export;

import dev.weft.engine.drive.Timer;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/**
 * What exporters are given of the agent.
 *
 * @param threads makes their workers
 * @param timer stops requests whose time is over; on {@code System.nanoTime()}
 * @param failures gets one sentence for each batch that could not be delivered
 * @param bugs gets what should never be thrown
 */
public record Means(ThreadFactory threads, Timer timer, Consumer<String> failures, Consumer<Throwable> bugs) {}
