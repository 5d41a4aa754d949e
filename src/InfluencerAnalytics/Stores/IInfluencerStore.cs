using InfluencerAnalytics.Stores.Generations;
using InfluencerAnalytics.Stores.Points;
using InfluencerAnalytics.Stores.Processes;
using InfluencerAnalytics.Stores.Ranks;
using InfluencerAnalytics.Stores.Roster;
using InfluencerAnalytics.Stores.Slots;
using InfluencerAnalytics.Stores.Suspicion;

namespace InfluencerAnalytics.Stores;

/// <summary>The whole store: every port of it, over one database. An adapter implements it; a part asks for the port that it needs. Safe for concurrent use.</summary>
public interface IInfluencerStore :
    IDataPointStore, IDayRankStore, ILatestStore, IRosterStore, IGenerationStore, ISlotStore, ISuspicionStore, IWatchStore, ILeaseStore, ISettingStore, IProcessStore, IStoreStatus;
