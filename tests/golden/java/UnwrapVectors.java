import io.debezium.transforms.ExtractNewRecordState;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Makes the vectors that ExtractNewRecordState is held against. Arguments: the file with cases, the file for the results.
 * A case is "settings (k=v;k=v) TAB topic TAB key TAB value TAB headers (name=json|…)", all JSON with schemas; the result adds
 * topic, key, value, headers as the Java transform leaves them, or "dropped", or "!" and the message.
 */
public class UnwrapVectors {
  static JsonConverter converter = new JsonConverter();

  static SchemaAndValue read(String text) {
    return converter.toConnectData("t", text.equals("<null>") ? null : text.getBytes(StandardCharsets.UTF_8));
  }

  static String write(org.apache.kafka.connect.data.Schema schema, Object value) {
    byte[] b = converter.fromConnectData("t", schema, value);
    return b == null ? "<null>" : new String(b, StandardCharsets.UTF_8);
  }

  static String apply(String[] c) {
    Map<String, String> config = new HashMap<>();
    for (String pair : c[0].split(";")) if (!pair.isEmpty()) config.put(pair.split("=", 2)[0], pair.split("=", 2)[1]);
    try (ExtractNewRecordState<SourceRecord> smt = new ExtractNewRecordState<>()) {
      smt.configure(config);
      SchemaAndValue k = read(c[2]), v = read(c[3]);
      SourceRecord r = new SourceRecord(new HashMap<String, Object>(), new HashMap<String, Object>(), c[1], null, k.schema(), k.value(), v.schema(), v.value(), 1L);
      for (String h : c[4].split("\\|")) {
        if (h.isEmpty()) continue;
        SchemaAndValue hv = read(h.substring(h.indexOf('=') + 1));
        r.headers().add(h.substring(0, h.indexOf('=')), hv);
      }
      r = smt.apply(r);
      if (r == null) return "dropped";
      StringBuilder headers = new StringBuilder();
      for (Header h : r.headers()) headers.append(headers.length() == 0 ? "" : "|").append(h.key()).append('=').append(write(h.schema(), h.value()));
      return r.topic() + "\t" + write(r.keySchema(), r.key()) + "\t" + write(r.valueSchema(), r.value()) + "\t" + headers;
    } catch (Exception e) {
      return "!" + String.valueOf(e.getMessage()).replace('\n', ' ').replace('\t', ' ');
    }
  }

  public static void main(String[] args) throws Exception {
    converter.configure(new HashMap<>(Map.of("converter.type", "value", "schemas.enable", "true")), false);
    try (PrintWriter p = new PrintWriter(Files.newBufferedWriter(Path.of(args[1])))) {
      for (String line : Files.readAllLines(Path.of(args[0]))) {
        if (line.isEmpty() || line.startsWith("#")) continue;
        p.print(line + "\t" + apply(line.split("\t", -1)) + "\n");
      }
    }
  }
}
