package dev.weft.engine.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.re2j.Pattern;
import dev.weft.engine.snapshot.RetryPolicy.ByHeaders;
import dev.weft.engine.snapshot.RetryPolicy.Reset;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What can't be is refused by the records themselves, whoever makes them, and by the field's name. */
class RefusedTest {
    private static final long EVER = Long.MAX_VALUE;
    /** Little to write, and much to match. */
    private static final String LARGE = "(?:(?:abcde){1000}){3}";

    private static final InetSocketAddress ADDRESS = new InetSocketAddress("10.0.0.1", 80);

    static List<Arguments> records() {
        return List.of(
                of("num_retries -1", () -> retry(Set.of(), -1, EVER, EVER, 1, 1)),
                of("retriable_status_codes 99", () -> retry(Set.of(99), 1, EVER, EVER, 1, 1)),
                of("retriable_status_codes 600", () -> retry(Set.of(600), 1, EVER, EVER, 1, 1)),
                of("per_try_timeout 0", () -> retry(Set.of(), 1, 0, EVER, 1, 1)),
                of("per_try_idle_timeout 0", () -> retry(Set.of(), 1, EVER, 0, 1, 1)),
                of("retry_back_off.base_interval 0", () -> retry(Set.of(), 1, EVER, EVER, 0, 1)),
                of("retry_back_off.max_interval 1", () -> retry(Set.of(), 1, EVER, EVER, 2, 1)),
                of(
                        "rate_limited_retry_back_off.max_interval 0",
                        () -> new ByHeaders(List.of(), List.of(), List.of(), 0)),
                of("rate_limited_retry_back_off.reset_headers.name", () -> new Reset("", false)),
                of("hedge_policy.max_attempts 1", () -> new HedgePolicy(1, 0)),
                of("hedge_policy.delay -1", () -> new HedgePolicy(2, -1)),
                of("retry_budget.budget_percent -0.5", () -> new RetryBudget(-0.5, 3)),
                of("retry_budget.budget_percent 100.5", () -> new RetryBudget(100.5, 3)),
                of("retry_budget.budget_percent NaN", () -> new RetryBudget(Double.NaN, 3)),
                of("retry_budget.min_retry_concurrency -1", () -> new RetryBudget(20, -1)),
                of("cluster.name", () -> cluster("", 50, EVER)),
                of("healthy_panic_threshold 101", () -> cluster("a", 101, EVER)),
                of("healthy_panic_threshold -1", () -> cluster("a", -1, EVER)),
                of("connect_timeout 0", () -> cluster("a", 50, 0)),
                of("max_requests -1", () -> new Limits(-1, List.of())),
                of("drop_percentage 1000001", () -> new Limits.Drop("some", 1_000_001)),
                of("max_calls", () -> new Bulkhead("here", 0, 1, EVER)),
                of("overprovisioning_factor 0", () -> Sharing.DEFAULT.overprovisioned(0)),
                of("subset_size -1", () -> Sharing.DEFAULT.few(-1)),
                of("load_balancing_weight 0", () -> endpoint(0, 0, 0)),
                of("priority 129", () -> endpoint(1, 129, 0)),
                of("load_balancing_weight -1", () -> endpoint(1, 0, -1)),
                of("interval 0", () -> new OutlierPolicy(5, 0, 1, 1, 10)),
                of("base_ejection_time 0", () -> new OutlierPolicy(5, 1, 0, 1, 10)),
                of("max_ejection_time 1", () -> new OutlierPolicy(5, 1, 2, 1, 10)),
                of("max_ejection_percent 101", () -> new OutlierPolicy(5, 1, 1, 1, 101)),
                of("slow_start_window", () -> new SlowStart(0, 1, 10)),
                of("aggression NaN", () -> new SlowStart(1, Double.NaN, 10)),
                of("choice_count 1", () -> new Balancer.LeastRequest(1, 1, null)),
                of("decay_time 0", () -> new Balancer.PeakEwma(0, 1, 1)),
                of("table_size 4", () -> new Balancer.Maglev(4)),
                of("maximum_ring_size 1", () -> new Balancer.RingHash(Balancer.HashFunction.XX_HASH, 2, 1)),
                of("token_bucket", () -> new TokenBucket(0, 1, 1)),
                of("cluster.name", () -> new Action.WeightedCluster("", 1, HeaderEdits.NONE)),
                of("cluster.weight", () -> new Action.WeightedCluster("a", -1, HeaderEdits.NONE)),
                of("mirror.cluster", () -> new Action.Mirror("", 1)),
                of("mirror.perMillion", () -> new Action.Mirror("a", -1)),
                of("weighted_clusters.header_name", () -> new Action.Split.Header("")),
                of("direct_response.status", () -> new Action.DirectResponse(199, "")),
                of("header.key", () -> new HeaderEdits.Entry("", "value")),
                of("hash_policy.header.header_name", () -> new HashPolicy.Header("", null, false)),
                of("http_success_status: 100 to 200 and 150 to 160 overlap", () -> succeeding(100, 200, 150, 160)),
                of("http_success_status: 150 to 160 and 100 to 200 overlap", () -> succeeding(150, 160, 100, 200)),
                of("http_success_status: 100 to 200 and 199 to 300 overlap", () -> succeeding(100, 200, 199, 300)),
                of("interval 9223372036854775807", () -> new OutlierPolicy(5, EVER, EVER, EVER, 10)),
                of("decay_time 9223372036854775807", () -> new Balancer.PeakEwma(EVER, 1, 1)),
                of("weight_update_period", () -> new Balancer.ClientSideWeighted(1, 1, EVER, 1)),
                of("weight_expiration_period", () -> new Balancer.ClientSideWeighted(1, EVER, 1, 1)),
                of("slow_start_window 9223372036854775807", () -> new SlowStart(EVER, 1, 10)),
                of("window 9223372036854775807", () -> new Breaker.Window.Time(EVER)),
                of(
                        "open 9223372036854775807",
                        () -> new Breaker("b", 50, 100, 1, new Breaker.Window.Calls(10), 10, EVER, 1)),
                of("min_rtt_calc_params.interval", () -> new AdaptiveConcurrency.MinRtt.Measured(EVER, 0.1, 10)),
                of("sampling_window", () -> new AdmissionControl("a", true, List.of(), EVER, 1, 0.95, 0, 0.8)),
                of("clusters: weights add up to 0", () -> forward(1)),
                of("timeout: 0 ns", () -> forward(0, new Action.WeightedCluster("a", 1, HeaderEdits.NONE))),
                of("range_match: 5 is not below 5", () -> new Match.StringMatch.Range(5, 5)),
                of("match.perMillion: -1", () -> new Match(Match.ANY.path(), List.of(), List.of(), false, -1)),
                of("headers.name", () -> new Match.HeaderMatch("X-Upper", null, false)),
                of("regex of 15002 steps", () -> new FullMatch(Pattern.compile(LARGE))),
                of("regex of 15002 steps", () -> new Substitution(Pattern.compile(LARGE), "")),
                of("http_success_status: 99 to 200", () -> new AdmissionControl.Statuses(99, 200)),
                of("redirect.status", () -> new Redirect(null, null, 0, null, null, false, 200)));
    }

    private static Action.Forward forward(long timeout, Action.WeightedCluster... to) {
        return new Action.Forward(List.of(to), timeout, null, null, List.of(), HeaderEdits.NONE);
    }

    private static AdmissionControl succeeding(int from, int below, int other, int otherBelow) {
        var ranges =
                List.of(new AdmissionControl.Statuses(from, below), new AdmissionControl.Statuses(other, otherBelow));
        return new AdmissionControl("here", true, ranges, 1_000_000_000L, 1, 0.95, 0, 0.8);
    }

    @Test
    void rangesThatTouchDoNotOverlap() {
        assertEquals(2, succeeding(100, 200, 200, 300).success().size());
    }

    private static Arguments of(String names, Executable makes) {
        return Arguments.of(names, makes);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("records")
    void whatCannotBeIsRefusedByTheNameOfItsField(String names, Executable makes) {
        String said = assertThrows(IllegalArgumentException.class, makes).getMessage();
        assertTrue(said.startsWith(names), said);
    }

    private static RetryPolicy retry(Set<Integer> codes, int times, long perTry, long idle, long base, long most) {
        return new RetryPolicy(Set.of(), codes, times, perTry, idle, base, most, false, null);
    }

    private static Cluster cluster(String name, int panic, long connect) {
        Cluster plain = Cluster.of("a", List.of());
        return new Cluster(
                name, plain.balancer(), plain.endpoints(), plain.transport(), null, panic, plain.budget(), connect);
    }

    private static Endpoint endpoint(int weight, int priority, int localityWeight) {
        return new Endpoint(
                ADDRESS, Endpoint.Health.HEALTHY, weight, Endpoint.Locality.NONE, Map.of(), priority, localityWeight);
    }
}
