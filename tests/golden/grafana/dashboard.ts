// What a dashboard of ours may hold: Grafana's own types (npm's @grafana/schema), put together panel by panel, because
// the package leaves options of panels open. make_schema turns it into dashboard.schema.json.
import type { AnnotationQuery, Dashboard, FieldConfig, FieldConfigSource, Panel, RowPanel } from
  '@grafana/schema/dist/esm/raw/dashboard/x/dashboard_types.gen';
import type * as heatmap from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type * as history from
  '@grafana/schema/dist/esm/raw/composable/statushistory/panelcfg/x/StatusHistoryPanelCfg_types.gen';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as timeseries from
  '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
import type * as xychart from '@grafana/schema/dist/esm/raw/composable/xychart/panelcfg/x/XYChartPanelCfg_types.gen';

// Grafana fills what a file leaves out.
type Deep<T> =
  unknown extends T ? T
  : T extends (infer U)[] ? Deep<U>[]
  : T extends object ? { [K in keyof T]?: Deep<T[K]> }
  : T;

// `targets` belong to the data source.
interface PanelOf<Type extends string, Options, Custom>
  extends Omit<Panel, 'type' | 'options' | 'fieldConfig'> {
  type: Type;
  options?: Deep<Options>;
  fieldConfig?: Omit<FieldConfigSource, 'defaults'> & {
    defaults: Omit<FieldConfig, 'custom'> & { custom?: Deep<Custom> };
  };
}

/** @discriminator type */
type AnyPanel =
  | PanelOf<'heatmap', heatmap.Options, heatmap.FieldConfig>
  | RowPanel
  | PanelOf<'status-history', history.Options, history.FieldConfig>
  | PanelOf<'stat', stat.Options, {}>
  | PanelOf<'table', table.Options, table.FieldConfig>
  | PanelOf<'timeseries', timeseries.Options, timeseries.FieldConfig>
  // Grafana 10.4 reads seriesMapping, later ones mapping.
  | PanelOf<'xychart', xychart.Options & { seriesMapping: xychart.SeriesMapping }, xychart.FieldConfig>;

// What Grafana's Prometheus data source adds to an annotation.
interface PrometheusAnnotation extends AnnotationQuery {
  expr: string;
  step?: string;
  titleFormat?: string;
  useValueForTime?: boolean;
}

export interface CheckedDashboard extends Omit<Dashboard, 'panels' | 'annotations'> {
  annotations: { list: PrometheusAnnotation[] };
  panels: AnyPanel[];
}
