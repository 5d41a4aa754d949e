using System.Text.Json.Nodes;
using InfluencerAnalytics.Queues;
using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace InfluencerAnalytics.HostTests.Deployment;

/// <summary>The policies allow what the program asks of SQS, and nothing else. What it asks is read from the compiled adapter.</summary>
public sealed class IamPolicyTests
{
    private const string Interface = "Amazon.SQS.IAmazonSQS";
    private const string Client = "Amazon.SQS.AmazonSQSClient";
    private const string Create = "sqs:CreateQueue";

    private static readonly string[] Roles = ["seeder", "fetch", "ingest", "classify", "serve"];
    private static readonly string[] MakingAndLooking = [Create, "sqs:GetQueueUrl", "sqs:GetQueueAttributes"];

    private static readonly string Folder = Path.Combine(DeployFiles.Deploy, "aws");

    public static TheoryData<string> Policies => [.. Directory.GetFiles(Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)["iam-policy-".Length..])];

    [Fact]
    public void Actions_OfAllPolicies_AreTheCallsThatTheProgramMakes() =>
        Policies.SelectMany(policy => Grants(policy.Data)).Select(grant => grant.Action).Distinct().ShouldBe(Calls(), ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Policies))]
    public void Policy_EachStatement_AllowsSomethingOnQueuesOfOurs(string policy)
    {
        var grants = Grants(policy);
        grants.ShouldNotBeEmpty();
        grants.ShouldBeUnique();
        grants.Select(grant => grant.Queue).ShouldBeSubsetOf(QueueNames.All);
    }

    [Fact]
    public void Up_MayDoWhatTheRolesMayTogether() =>
        Grants("up").ShouldBe(Roles.SelectMany(Grants).Distinct(), ignoreOrder: true);

    [Fact]
    public void Create_IsForWhoMakesTheQueuesAlone() =>
        Policies.Select(policy => policy.Data).Where(policy => Grants(policy).Exists(grant => grant.Action == Create)).ShouldBe(["queues"]);

    [Fact]
    public void Queues_MayMakeEachAndLookAtIt() =>
        Grants("queues").ShouldBe(QueueNames.All.SelectMany(queue => MakingAndLooking.Select(action => (action, queue))), ignoreOrder: true);

    private static List<(string Action, string Queue)> Grants(string policy)
    {
        var document = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, $"iam-policy-{policy}.json")))!;
        document["Version"]!.GetValue<string>().ShouldBe("2012-10-17");
        var grants = new List<(string, string)>();
        foreach (var statement in document["Statement"]!.AsArray())
        {
            statement!["Effect"]!.GetValue<string>().ShouldBe("Allow");
            foreach (var action in Texts(statement["Action"]!))
                grants.AddRange(Texts(statement["Resource"]!).Select(resource => (action, resource.Split(':')[5])));
        }
        return grants;
    }

    private static IEnumerable<string> Texts(JsonNode node) => node is JsonArray list ? list.Select(one => one!.GetValue<string>()) : [node.GetValue<string>()];

    // A batch is allowed by the right on the single action: "Actions, resources, and condition keys for Amazon SQS" in the Service Authorization Reference.
    private static List<string> Calls()
    {
        using var module = ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, "InfluencerAnalytics.Sqs.dll"));
        return [.. module.GetAllTypes()
            .SelectMany(type => type.Methods)
            .Where(method => method.HasBody)
            .SelectMany(method => method.Body.Instructions)
            .Select(instruction => instruction.Operand)
            .OfType<MethodReference>()
            .Where(called => called.DeclaringType.FullName is Interface or Client && called.Name.EndsWith("Async", StringComparison.Ordinal))
            .Select(called => $"sqs:{called.Name[..^"Async".Length].Replace("Batch", "", StringComparison.Ordinal)}")
            .Distinct()];
    }
}
