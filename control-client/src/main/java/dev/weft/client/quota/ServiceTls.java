package dev.weft.client.quota;

import dev.weft.engine.adapt.ServerNames;
import dev.weft.engine.snapshot.Transport;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import javax.net.ssl.SSLEngine;

/**
 * TLS of a cluster for channels of gRPC: the same identity, authorities and expected names as calls to such a cluster
 * have, and the same server name.
 */
final class ServiceTls extends DelegatingSslContext {
    private final Transport.Tls tls;

    ServiceTls(Transport.Tls tls) {
        super(new JdkSslContext(
                tls.context(),
                true,
                Http2SecurityUtil.CIPHERS,
                SupportedCipherSuiteFilter.INSTANCE,
                new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2),
                ClientAuth.NONE,
                null,
                false));
        this.tls = tls;
    }

    @Override
    protected void initEngine(SSLEngine engine) {
        var parameters = engine.getSSLParameters();
        parameters.setServerNames(ServerNames.of(tls.sni()));
        engine.setSSLParameters(parameters);
    }
}
