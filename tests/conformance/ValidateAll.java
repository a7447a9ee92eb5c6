import com.google.gson.Gson;
import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hl7.fhir.r5.elementmodel.Manager.FhirFormat;
import org.hl7.fhir.r5.formats.JsonParser;
import org.hl7.fhir.r5.model.OperationOutcome;
import org.hl7.fhir.r5.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r5.model.OperationOutcome.IssueType;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.hl7.fhir.r5.terminologies.utilities.TerminologyCache;
import org.hl7.fhir.r5.utils.validation.constants.ReferenceValidationPolicy;
import org.hl7.fhir.utilities.ByteProvider;
import org.hl7.fhir.utilities.FhirPublication;
import org.hl7.fhir.utilities.http.ManagedWebAccess;
import org.hl7.fhir.validation.ValidationEngine;
import org.hl7.fhir.validation.instance.advisor.BasePolicyAdvisorForFullValidation;
import org.hl7.fhir.validation.service.StandAloneValidatorFetcher;
import org.hl7.fhir.validation.service.model.InstanceValidatorParameters;

/**
 * The command line of the official validator, less its command line: that class is not on Maven Central.
 *
 * <p>The engine is set up as the validator's own ValidationService does for "-tx n/a -allow-example-urls true", but with
 * the versions of the terminology and extension packages that are at hand, and with all files in one process.
 *
 * <p>Arguments: output, FHIR version, core package, terminology version, extensions version, a URL under which unknown
 * extensions are let pass (or ""), definition folders..., "--", files... The output has one JSON value per line: {definition URL: has a snapshot}, then one OperationOutcome per file.
 */
public class ValidateAll {

  public static void main(String[] arguments) throws Exception {
    List<String> all = Arrays.asList(arguments);
    int split = all.indexOf("--");
    ManagedWebAccess.loadFromFHIRSettings(); // the settings file prohibits the network
    // With its cache on, what the engine says of a code depends on which code it was asked about before.
    TerminologyCache.setNoCaching(true);
    InstanceValidatorParameters parameters = new InstanceValidatorParameters();
    parameters.setAllowExampleUrls(true); // synthetic people live at example.org
    if (!all.get(5).isEmpty()) {
      parameters.addExtension(all.get(5));
    }
    ValidationEngine engine = engine(all, all.subList(6, split), parameters);
    try (BufferedWriter out = Files.newBufferedWriter(Path.of(all.get(0)))) {
      out.write(new Gson().toJson(definitions(engine)) + "\n");
      for (String file : all.subList(split + 1, all.size())) {
        out.write(new JsonParser().composeString(outcome(engine, parameters, file)) + "\n");
      }
    }
  }

  private static ValidationEngine engine(
      List<String> all, List<String> folders, InstanceValidatorParameters parameters) throws Exception {
    String version = all.get(1);
    ValidationEngine engine =
        new ValidationEngine.ValidationEngineBuilder()
            .withDefaultInstanceValidatorParameters(parameters)
            .withVersion(version)
            .withNoTerminologyServer()
            .withThoVersion(all.get(3))
            .withExtensionsVersion(all.get(4))
            .fromSource(all.get(2));
    engine.setTerminologyServer(null, null, FhirPublication.fromCode(version), false);
    for (String folder : folders) {
      engine.getIgLoader().loadIg(engine.getIgs(), engine.getBinaries(), folder, false);
    }
    StandAloneValidatorFetcher fetcher =
        new StandAloneValidatorFetcher(engine.getPcm(), engine.getContext(), engine);
    fetcher.setReferencePolicy(ReferenceValidationPolicy.IGNORE); // nothing outside the bundle is fetched
    engine.setFetcher(fetcher);
    engine.getContext().setLocator(fetcher);
    engine.setPolicyAdvisor(fetcher);
    // This advisor is what applies the vital signs profiles by LOINC code, as the FHIR specification demands.
    fetcher.setPolicyAdvisor(
        new BasePolicyAdvisorForFullValidation(fetcher.getReferencePolicy(), fetcher.getCheckReferencesTo()));
    engine.prepare();
    return engine;
  }

  private static Map<String, Boolean> definitions(ValidationEngine engine) {
    Map<String, Boolean> loaded = new TreeMap<>();
    for (StructureDefinition definition : engine.getContext().fetchResourcesByType(StructureDefinition.class)) {
      loaded.put(definition.getUrl(), definition.hasSnapshot());
    }
    return loaded;
  }

  private static OperationOutcome outcome(
      ValidationEngine engine, InstanceValidatorParameters parameters, String file) {
    try {
      ByteProvider content = ByteProvider.forBytes(Files.readAllBytes(Path.of(file)));
      OperationOutcome outcome = engine.validate(file, content, FhirFormat.JSON, parameters, new ArrayList<>());
      outcome.setText(null);
      return outcome;
    } catch (Exception problem) {
      OperationOutcome outcome = new OperationOutcome();
      outcome
          .addIssue()
          .setSeverity(IssueSeverity.FATAL)
          .setCode(IssueType.EXCEPTION)
          .getDetails()
          .setText("the validator gave up: " + problem);
      return outcome;
    }
  }
}
