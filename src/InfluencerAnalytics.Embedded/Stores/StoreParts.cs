using InfluencerAnalytics.Embedded.Disk;
using InfluencerAnalytics.Embedded.Influencers;
using InfluencerAnalytics.Embedded.Points;
using InfluencerAnalytics.Embedded.Ranks;
using InfluencerAnalytics.Embedded.Rollups;
using InfluencerAnalytics.Embedded.Roster;
using InfluencerAnalytics.Embedded.Seeding;
using InfluencerAnalytics.Embedded.Slots;
using InfluencerAnalytics.Embedded.Writing;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>The parts of the store, put together. Nothing below this knows of it: each part is given those that it needs.</summary>
internal sealed class StoreParts
{
    public StoreParts(StoreContext context, LostShards lostShards, ILogger logger)
    {
        Context = context;
        Influencers = new InfluencerState(context);
        Checkpoint = new TableCheckpoint(context, Influencers);
        Slots = new SlotRecords(context, Influencers.Standings);
        Points = new PointTable(context);
        PointReader = new PointReader(context.Database, Points.Days, Influencers.Names);
        Rollups = new RollupTables(context);
        RollupReader = new RollupReader(context, Rollups, PointReader);
        Ranks = new RankTables(context);
        Notices = new RosterNotices(context.Options, logger);
        NotFound = new NotFoundRules(context, Influencers, Slots, Notices);
        Generations = new Generations(context, Influencers, lostShards);
    }

    public StoreContext Context { get; }

    public InfluencerState Influencers { get; }

    public TableCheckpoint Checkpoint { get; }

    public SlotRecords Slots { get; }

    public PointTable Points { get; }

    public PointReader PointReader { get; }

    public RollupTables Rollups { get; }

    public RollupReader RollupReader { get; }

    public RankTables Ranks { get; }

    /// <summary>What people should know of the store though it works.</summary>
    public RosterNotices Notices { get; }

    public NotFoundRules NotFound { get; }

    public Generations Generations { get; }
}
