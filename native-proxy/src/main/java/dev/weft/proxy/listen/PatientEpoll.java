package dev.weft.proxy.listen;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Netty's epoll, but that it keeps a socket of which nothing is asked for the moment.
 *
 * <p>Netty 4.2.18 takes such a socket out of the kernel's set, because errors would be told of it again and again, and
 * never puts it back. That hits whoever has said his last, so that nothing more is read, and waits for an answer: as
 * soon as his socket is full, waiting for room fails, and he gets the end of the stream in the middle of it. Here the
 * socket stays in the set and is told of each change once.
 */
final class PatientEpoll implements IoHandler {
    private final IoHandler netty;

    private PatientEpoll(IoHandler netty) {
        this.netty = netty;
    }

    static IoHandlerFactory factory() {
        IoHandlerFactory nettys = EpollIoHandler.newFactory();
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new PatientEpoll(nettys.newHandler(executor));
            }

            @Override
            public boolean isChangingThreadSupported() {
                return nettys.isChangingThreadSupported();
            }
        };
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new Registration(netty.register(handle));
    }

    @Override
    public void initialize() {
        netty.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return netty.run(context);
    }

    @Override
    public void prepareToDestroy() {
        netty.prepareToDestroy();
    }

    @Override
    public void destroy() {
        netty.destroy();
    }

    @Override
    public void wakeup() {
        netty.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return netty.isCompatible(type);
    }

    private record Registration(IoRegistration netty) implements IoRegistration {
        @Override
        public long submit(IoOps ops) {
            return netty.submit(ops.equals(EpollIoOps.NONE) ? EpollIoOps.EPOLLET : ops);
        }

        @Override
        public <T> T attachment() {
            return netty.attachment();
        }

        @Override
        public boolean isValid() {
            return netty.isValid();
        }

        @Override
        public boolean cancel() {
            return netty.cancel();
        }
    }
}
