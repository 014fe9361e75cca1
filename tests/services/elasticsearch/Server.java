import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.transport.Netty4Plugin;

/**
 * Elasticsearch from its jars: {@code java -cp 'jars/*' Server.java FOLDER PORT TRANSPORT_PORT [PORT TRANSPORT_PORT]...}
 * starts one node for each pair of ports. All of them end with the standard input, so that they never outlive
 * whoever started them.
 */
public final class Server {
    private static final String HOST = "127.0.0.1";

    private static final class LocalNode extends Node {
        LocalNode(Environment environment) {
            super(environment, List.of(Netty4Plugin.class), false);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        List<String> seeds = new ArrayList<>();
        for (int i = 2; i < arguments.length; i += 2) {
            seeds.add(HOST + ":" + arguments[i]);
        }
        List<Node> nodes = new ArrayList<>();
        for (int i = 1; i < arguments.length; i += 2) {
            nodes.add(new LocalNode(environment(folder, arguments[i], arguments[i + 1], seeds)).start());
        }
        System.out.println("started");
        waitForTheEndOfInput();
        for (Node node : nodes) {
            node.close();
        }
        System.exit(0);
    }

    private static Environment environment(Path folder, String port, String transportPort, List<String> seeds) {
        String name = "node-" + port;
        Settings.Builder settings = Settings.builder()
            .put("path.home", folder.resolve(name))
            .put("node.name", name)
            .put("cluster.name", "tests")
            .put("network.host", HOST)
            .put("http.port", port)
            .put("transport.port", transportPort)
            // A machine whose disk is nearly full is no matter of a test.
            .put("cluster.routing.allocation.disk.threshold_enabled", false);
        if (seeds.size() == 1) {
            settings.put("discovery.type", "single-node");
        } else {
            // The first of them forms the cluster, which the others join.
            settings.putList("discovery.seed_hosts", seeds);
            if (transportPort.equals(seeds.get(0).substring(HOST.length() + 1))) {
                settings.putList("cluster.initial_master_nodes", name);
            }
        }
        return InternalSettingsPreparer.prepareEnvironment(settings.build(), Map.of(), null, () -> name);
    }

    private static void waitForTheEndOfInput() throws IOException {
        while (System.in.read() != -1) {
            // What is written does not matter.
        }
    }
}
