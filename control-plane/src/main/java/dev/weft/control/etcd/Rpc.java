package dev.weft.control.etcd;

import com.google.protobuf.Message;
import dev.weft.control.etcd.v3.AuthenticateRequest;
import dev.weft.control.etcd.v3.AuthenticateResponse;
import dev.weft.control.etcd.v3.LeaseGrantRequest;
import dev.weft.control.etcd.v3.LeaseGrantResponse;
import dev.weft.control.etcd.v3.LeaseKeepAliveRequest;
import dev.weft.control.etcd.v3.LeaseKeepAliveResponse;
import dev.weft.control.etcd.v3.LeaseRevokeRequest;
import dev.weft.control.etcd.v3.LeaseRevokeResponse;
import dev.weft.control.etcd.v3.PutRequest;
import dev.weft.control.etcd.v3.PutResponse;
import dev.weft.control.etcd.v3.RangeRequest;
import dev.weft.control.etcd.v3.RangeResponse;
import dev.weft.control.etcd.v3.TxnRequest;
import dev.weft.control.etcd.v3.TxnResponse;
import dev.weft.control.etcd.v3.WatchRequest;
import dev.weft.control.etcd.v3.WatchResponse;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;

/** The calls of etcd's API that are made. */
final class Rpc {
    static final MethodDescriptor<AuthenticateRequest, AuthenticateResponse> AUTHENTICATE = unary(
            "Auth/Authenticate", AuthenticateRequest.getDefaultInstance(), AuthenticateResponse.getDefaultInstance());

    static final MethodDescriptor<RangeRequest, RangeResponse> RANGE =
            unary("KV/Range", RangeRequest.getDefaultInstance(), RangeResponse.getDefaultInstance());

    static final MethodDescriptor<PutRequest, PutResponse> PUT =
            unary("KV/Put", PutRequest.getDefaultInstance(), PutResponse.getDefaultInstance());

    static final MethodDescriptor<TxnRequest, TxnResponse> TXN =
            unary("KV/Txn", TxnRequest.getDefaultInstance(), TxnResponse.getDefaultInstance());

    static final MethodDescriptor<LeaseGrantRequest, LeaseGrantResponse> GRANT =
            unary("Lease/LeaseGrant", LeaseGrantRequest.getDefaultInstance(), LeaseGrantResponse.getDefaultInstance());

    static final MethodDescriptor<LeaseRevokeRequest, LeaseRevokeResponse> REVOKE = unary(
            "Lease/LeaseRevoke", LeaseRevokeRequest.getDefaultInstance(), LeaseRevokeResponse.getDefaultInstance());

    static final MethodDescriptor<LeaseKeepAliveRequest, LeaseKeepAliveResponse> KEEP_ALIVE = method(
            MethodType.BIDI_STREAMING,
            "Lease/LeaseKeepAlive",
            LeaseKeepAliveRequest.getDefaultInstance(),
            LeaseKeepAliveResponse.getDefaultInstance());

    static final MethodDescriptor<WatchRequest, WatchResponse> WATCH = method(
            MethodType.BIDI_STREAMING,
            "Watch/Watch",
            WatchRequest.getDefaultInstance(),
            WatchResponse.getDefaultInstance());

    private Rpc() {}

    private static <Q extends Message, A extends Message> MethodDescriptor<Q, A> unary(String name, Q ask, A answer) {
        return method(MethodType.UNARY, name, ask, answer);
    }

    private static <Q extends Message, A extends Message> MethodDescriptor<Q, A> method(
            MethodType type, String name, Q ask, A answer) {
        return MethodDescriptor.<Q, A>newBuilder()
                .setType(type)
                .setFullMethodName("etcdserverpb." + name)
                .setRequestMarshaller(ProtoUtils.marshaller(ask))
                .setResponseMarshaller(ProtoUtils.marshaller(answer))
                .build();
    }
}
