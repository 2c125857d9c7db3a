import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import gov.loc.repository.bagit.domain.Bag;
import gov.loc.repository.bagit.reader.BagReader;
import gov.loc.repository.bagit.verify.BagVerifier;
import org.roda_project.commons_ip2.validator.EARKSIPValidator;
import org.roda_project.commons_ip2.validator.constants.ConstantsCSIPspec;
import org.roda_project.commons_ip2.validator.reporter.ReporterDetails;
import org.roda_project.commons_ip2.validator.reporter.ValidationReportOutputJson;
import org.slf4j.LoggerFactory;

/**
 * Asks commons-ip about E-ARK packages, and the Library of Congress's bagit about bags.
 *
 * <p>Reads lines "rules TAB path" ("sip": a ZIP or a folder; "bag": a folder) and prints one line of
 * JSON for each. A warning is a finding too.
 */
public class PackageJudge {
    private static final String VERSION = "2.1.0";

    public static void main(String[] arguments) throws Exception {
        ((Logger) LoggerFactory.getLogger("ROOT")).setLevel(Level.OFF);
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] asked = line.split("\t", 2);
                System.out.println(judge(asked[0], asked[1]).line());
            }
        }
    }

    private static Verdict judge(String rules, String path) {
        try {
            return rules.equals("bag") ? judgeBag(path) : judgeSip(path);
        } catch (Exception error) {
            return Verdict.unreadable(path, rules, error);
        }
    }

    private static Verdict judgeSip(String path) throws Exception {
        ValidationReportOutputJson report =
                new ValidationReportOutputJson(Path.of(path), OutputStream.nullOutputStream());
        boolean valid = new EARKSIPValidator(report, VERSION).validate(VERSION);
        List<Verdict.Finding> findings = new ArrayList<>();
        report.getResults().forEach((rule, details) -> {
            for (String issue : details.getIssues()) {
                findings.add(new Verdict.Finding(rule, 1, issue, details.getSpecification()));
            }
        });
        boolean clean = valid && report.getErrors() == 0 && report.getWarnings() == 0;
        findings.add(new Verdict.Finding("counts", 1, "success " + report.getSuccess() + ", errors "
                + report.getErrors() + ", warnings " + report.getWarnings() + ", notes "
                + report.getNotes() + ", skipped " + report.getSkipped(), ""));
        return new Verdict(path, "sip", clean, findings);
    }

    private static Verdict judgeBag(String path) throws Exception {
        Bag bag = new BagReader().read(Path.of(path));
        try (BagVerifier verifier = new BagVerifier()) {
            verifier.isValid(bag, false);
        }
        return new Verdict(path, "bag", true, List.of());
    }
}
