package dev.weft.testkit.xds;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.WrappersProto;
import io.envoyproxy.envoy.config.cluster.v3.ClusterProto;
import java.util.List;

/** Messages of Envoy that agents understand and that the published classes don't have yet, as far as they are read. */
final class LateTypes {
    private static final String POLICIES = "envoy.extensions.load_balancing_policies.";

    private LateTypes() {}

    static List<Descriptor> all() {
        return List.of(
                message(
                        POLICIES + "peak_ewma.v3alpha",
                        "PeakEwma",
                        DurationProto.getDescriptor(),
                        field(1, "decay_time", ".google.protobuf.Duration")),
                message(
                        POLICIES + "random_subsetting.v3",
                        "RandomSubsetting",
                        WrappersProto.getDescriptor(),
                        field(1, "subset_size", ".google.protobuf.UInt32Value"),
                        field(2, "child_policy", ".envoy.config.cluster.v3.LoadBalancingPolicy")));
    }

    private static FieldDescriptorProto field(int number, String name, String type) {
        return FieldDescriptorProto.newBuilder()
                .setNumber(number)
                .setName(name)
                .setLabel(Label.LABEL_OPTIONAL)
                .setType(Type.TYPE_MESSAGE)
                .setTypeName(type)
                .build();
    }

    private static Descriptor message(
            String of, String name, FileDescriptor dependency, FieldDescriptorProto... fields) {
        var file = FileDescriptorProto.newBuilder()
                .setName(name + ".proto")
                .setPackage(of)
                .setSyntax("proto3")
                .addDependency(dependency.getName())
                .addDependency(ClusterProto.getDescriptor().getName())
                .addMessageType(DescriptorProto.newBuilder().setName(name).addAllField(List.of(fields)))
                .build();
        try {
            var needed = new FileDescriptor[] {dependency, ClusterProto.getDescriptor()};
            return FileDescriptor.buildFrom(file, needed).findMessageTypeByName(name);
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException("the description of " + name + " is wrong", e);
        }
    }
}
